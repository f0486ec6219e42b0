/** A failure that can happen to anybody: shown as a sentence and what to do next, never as a stack trace. */
export class ExpectedFailure extends Error {
  /**
   * @param {string} sentence what failed, on what
   * @param {{ next: string, output?: string }} more `next`: what the person can do; `output`: a tool's own words
   */
  constructor(sentence, { next, output = '' }) {
    super(sentence)
    this.next = next
    this.output = output
  }
}

/**
 * Runs a script's body; an expected failure becomes three short lines and exit code 1.
 * @param {() => Promise<number>} body gives the exit code
 */
export async function runScript(body) {
  try {
    process.exitCode = await body()
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error
    if (error.output !== '') console.error(`\n${error.output.trimEnd()}\n`)
    console.error(`✗ ${error.message}`)
    console.error(`  → ${error.next}`)
    process.exitCode = 1
  }
}
