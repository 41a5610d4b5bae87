import type { Runner } from '../runner.ts'
import goTest from './go-test.ts'
import jest from './jest.ts'
import minitest from './minitest.ts'
import mocha from './mocha.ts'
import nodeTest from './node-test.ts'
import pest from './pest.ts'
import phpunit from './phpunit.ts'
import playwright from './playwright.ts'
import pytest from './pytest.ts'
import rspec from './rspec.ts'
import vitest from './vitest.ts'

/** Every runner that is known. Those that share a command (`artisan test`) are told apart by what was printed. */
export const runners: readonly Runner[] = [
  vitest,
  jest,
  mocha,
  nodeTest,
  playwright,
  phpunit,
  pest,
  pytest,
  rspec,
  minitest,
  goTest,
]
