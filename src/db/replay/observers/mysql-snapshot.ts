import type { Database } from '../../../core/database.ts'
import type { Snapshot } from '../snapshot.ts'

// Each gives `name` and `text`.
const queries = [
  `SELECT CONCAT(IF(table_type = 'VIEW', 'view ', 'table '), table_name) AS name,
    CONCAT_WS(' ', IF(table_type = 'VIEW', '', engine), table_collation, NULLIF(create_options, ''), IF(table_type = 'VIEW', '', table_comment)) AS text
    FROM information_schema.tables WHERE table_schema = DATABASE()`,
  `SELECT CONCAT('column ', table_name, '.', column_name) AS name, CONCAT_WS(' ', column_type, IF(is_nullable = 'NO', 'NOT NULL', NULL),
    CONCAT('DEFAULT ', column_default), NULLIF(extra, ''), collation_name, NULLIF(generation_expression, ''), NULLIF(column_comment, '')) AS text
    FROM information_schema.columns WHERE table_schema = DATABASE()`,
  `SELECT CONCAT('index ', table_name, '.', index_name) AS name, CONCAT_WS(' ', IF(non_unique = 0, 'UNIQUE', NULL), index_type,
    GROUP_CONCAT(CONCAT(COALESCE(column_name, '(expression)'), IFNULL(CONCAT('(', sub_part, ')'), '')) ORDER BY seq_in_index)) AS text
    FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name, non_unique, index_type`,
  `SELECT CONCAT('foreign key ', k.table_name, '.', k.constraint_name) AS name,
    CONCAT(GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position), ' to ', k.referenced_table_name, ' ',
      GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position), ' ON UPDATE ', r.update_rule, ' ON DELETE ', r.delete_rule) AS text
    FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
      ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
    WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
    GROUP BY k.table_name, k.constraint_name, k.referenced_table_name, r.update_rule, r.delete_rule`,
  `SELECT CONCAT('check ', t.table_name, '.', c.constraint_name) AS name, c.check_clause AS text FROM information_schema.check_constraints c
    JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
      AND t.constraint_type = 'CHECK'
    WHERE c.constraint_schema = DATABASE()`,
  `SELECT CONCAT('view definition ', table_name) AS name, view_definition AS text FROM information_schema.views WHERE table_schema = DATABASE()`,
  `SELECT CONCAT(LOWER(routine_type), ' ', routine_name) AS name, routine_definition AS text FROM information_schema.routines
    WHERE routine_schema = DATABASE()`,
  `SELECT CONCAT('trigger ', trigger_name, ' on ', event_object_table) AS name,
    CONCAT_WS(' ', action_timing, event_manipulation, action_statement) AS text FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
  `SELECT CONCAT('event ', event_name) AS name, event_definition AS text FROM information_schema.events WHERE event_schema = DATABASE()`,
  `SELECT CONCAT('partition ', table_name, '.', partition_name) AS name, CONCAT_WS(' ', partition_method, partition_expression, partition_description) AS text
    FROM information_schema.partitions WHERE table_schema = DATABASE() AND partition_name IS NOT NULL`,
]

/** Everything a migration can make, without what only the server knows (numbers, times). */
export async function mysqlSnapshot(database: Database): Promise<Snapshot> {
  const objects: [string, string][] = []
  for (const query of queries)
    for (const { name, text } of await database.query(query))
      objects.push([
        String(name),
        String(text ?? '')
          .replace(/\s+/g, ' ')
          .trim(),
      ])
  return new Map(objects)
}
