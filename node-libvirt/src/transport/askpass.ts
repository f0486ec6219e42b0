import { execFile } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AskCredentials, CredentialQuestion } from '../auth/credentials.ts'
import { AuthenticationError } from '../errors.ts'
import type { ConnectionUri } from '../uri.ts'

const run = promisify(execFile)

/**
 * ssh runs this for each question. Two named pipes in a folder that only this user may open carry the question out and
 * the answer in, so that neither is in an argument list or an environment. The first letter says whether there is one.
 */
const SCRIPT = `#!/bin/sh
folder=$(dirname "$0")
printf '%s\\0' "$1" >"$folder/question"
IFS= read -r answer <"$folder/answer"
case $answer in
  y*) printf '%s\\n' "\${answer#y}" ;;
  *) exit 1 ;;
esac
`

export interface Askpass {
  /** What ssh needs in its environment. */
  readonly env: NodeJS.ProcessEnv
  /** Why the user was not, or could not be, asked to the end; null when that is not why ssh failed. */
  failure(): Error | null
  stop(): void
}

/** Lets ssh ask its questions through `credentials`, one by one. */
export async function startAskpass(
  uri: ConnectionUri,
  credentials: AskCredentials,
  signal: AbortSignal,
): Promise<Askpass> {
  const folder = mkdtempSync(join(tmpdir(), 'askpass-')) // mode 0700
  const [program, question, answer] = ['askpass', 'question', 'answer'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(program, SCRIPT, { mode: 0o700 })
  await run('mkfifo', ['-m', '600', question, answer])
  // Opened for both, so that opening does not wait for the other side and reading does not end with it.
  const questions = new Socket({ fd: openSync(question, 'r+'), readable: true, writable: false })
  const answers = openSync(answer, 'r+')
  const giveUp = new AbortController()
  let failure: Error | null = null
  let text = ''
  const reply = async (prompt: string) => {
    const given = await ask(uri, prompt, credentials, AbortSignal.any([signal, giveUp.signal])).catch(
      (error: Error) => {
        const message = `${uri.text}: ssh has a question that could not be asked: ${error.message}`
        failure = new AuthenticationError('unavailable', message, { cause: error })
        return null
      },
    )
    if (given === null) failure ??= new AuthenticationError('cancelled', `${uri.text}: no answer was given to ssh`)
    if (!giveUp.signal.aborted) writeFileSync(answers, given === null ? 'n\n' : `y${given}\n`)
  }
  questions.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (text + chunk).split('\0')
    text = parts.pop() ?? ''
    for (const prompt of parts) void reply(prompt)
  })
  questions.on('error', () => undefined)
  return {
    env: { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: process.env['DISPLAY'] ?? ':0' },
    failure: () => failure,
    stop: () => {
      giveUp.abort()
      questions.destroy()
      closeSync(answers)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function ask(
  uri: ConnectionUri,
  prompt: string,
  credentials: AskCredentials,
  signal: AbortSignal,
): Promise<string | null> {
  const question: CredentialQuestion = { kind: kindOf(prompt), prompt, suggestion: null }
  const answers = await credentials({ uri: uri.text, by: 'ssh', mechanism: null, questions: [question], signal })
  const answer = answers?.[0] ?? null
  if (answer !== null && /[\n\0]/.test(answer)) throw new TypeError('an answer for ssh holds a line break')
  return answer
}

/** ssh gives only its words. A kind that is guessed wrongly shows another field; the words are shown as well. */
function kindOf(prompt: string): CredentialQuestion['kind'] {
  if (prompt.includes('(yes/no')) return 'confirmation'
  return /passphrase/i.test(prompt) ? 'passphrase' : 'password'
}
