import { z } from '../../core/schema.ts'
import sql from '../../db/tools/sql.ts'

export const options = z
  .strictObject({
    migrations: z
      .array(z.string().min(1))
      .min(1)
      .default([...sql.globs])
      .describe(
        'Globs of the migrations in SQL. Parts and files that only run on the way down are left out by themselves.',
      ),
    dialect: z
      .enum(['auto', 'postgres', 'mysql', 'mariadb', 'sqlite'])
      .default('auto')
      .describe('The database that runs them. `auto` looks at what the repository says about its database.'),
  })
  .prefault({})

export type Options = z.output<typeof options>
