// What runs in a thread beside the main one: contents in, what was found in them out.
import { answerQuestions } from './io/threads.ts'
import { answerBatch, type Batch } from './secrets/batch.ts'

answerQuestions(batch => answerBatch(batch as Batch))
