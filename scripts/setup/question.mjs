import { createInterface } from 'node:readline/promises'
import { ExpectedFailure } from './failure.mjs'

/**
 * Asks before something is installed. Who passed --yes, or is root, has answered already.
 * @param {string} question
 * @param {{ yes: boolean, refused: string }} options `refused`: what to do by hand instead
 */
export async function askConsent(question, { yes, refused }) {
  if (yes || process.getuid?.() === 0) return
  if (!process.stdin.isTTY) {
    throw new ExpectedFailure('There is no terminal to ask on.', { next: `Run again with --yes, or: ${refused}` })
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`${question} [Y/n] `).finally(() => terminal.close())
  if (/^(y(es)?)?$/i.test(answer.trim())) return
  throw new ExpectedFailure('Nothing was installed.', { next: `When you want to: ${refused}` })
}
