// Names that stand in many migrations and change nothing in the database. What is not here is told as not read.

export const harmlessClasses =
  /^(?:Str|Arr|Carbon|CarbonImmutable|Log|Config|Cache|Hash|Crypt|File|Storage|Uuid|Ulid|Collection|LazyCollection|DateTime\w*|Date|\w*Exception|\w*Expression|App|Lang|Event|Number|Json|Http|Mail|Queue|Bus|Redis|Session|URL|Route|View|Gate|Notification|PDO|Reflection\w*|Type|ConsoleOutput|ProgressBar|stdClass|Env|Rule|Validator|Fluent|Stringable|Sleep|Blueprint|static|self)$/

const words = `abort\\w* app app_path array array_\\w+ assert auth base64_\\w+ base_path basename bcrypt blank boolval cache call_user_func\\w*
  ceil checkdate class_\\w+ cli_\\w+ collect compact config config_path constant count crc32 ctype_\\w+ data_\\w+ database_path date\\w* dd decrypt
  defined? die dirname dispatch\\w* dump e empty encrypt env error_log event exit explode extension_loaded extract fclose feof fgetcsv fgets file_\\w+ filled
  filter_var floatval floor fopen func_get_args function_exists fwrite gc_collect_cycles get_class getenv gethostname gettype glob gmdate hash head
  html\\w+ http_build_query iconv implode in_array info ini_set intval is is_\\w+ isset iterator_\\w+ join json_\\w+ lang_path last lcfirst list literal
  logger ltrim max mb_\\w+ md5 memory_get_\\w+ method_exists microtime min mkdir mktime mt_rand nl2br now number_format old once optional
  parse_\\w+ php_sapi_name phpversion preg_\\w+ print_r printf property_exists public_path putenv rand random_\\w+ range realpath report request
  rescue resolve resource_path retry round route rtrim scandir serialize session settype sha1 sizeof sleep spl_\\w+ sprintf storage_path str\\w*
  strval sys_get_temp_dir tap tempnam throw_\\w+ time today trans\\w* trim u?[ckrau]*sort ucfirst ucwords uniqid unset unlink unserialize url\\w* usleep
  utf8_\\w+ value var_dump version_compare windows_os with __`

/** Functions of PHP and helpers of Laravel. */
export const harmlessFunctions = new RegExp(`^(?:${words.split(/\s+/).join('|')})$`, 'i')
