// Apart from the reader of YAML, which is loaded only when there is a config to read.
export const maxConfigBytes = 1024 * 1024
