import { sshCommand } from 'node-libvirt'
import PQueue from 'p-queue'

import { commandLine, quoted } from '../../../definitions/quoted.ts'
import { programFolders } from '../../../this-computer/find-program.ts'
import { runProgram, type ProgramEnd } from '../../../this-computer/run-program.ts'
import type { HostLogin } from '../host-ports.ts'
import type { HostPrograms } from '../host-programs.ts'

/** A server lets ten sessions share a connection; libvirt's own and the one for files need theirs. */
const programsAtOnce = 2
const questionPatienceMs = 15_000
/** ssh's own, whatever the program there says. */
const sshFailed = 255

/** Programs of a host, each in a session of the one connection of ssh. */
export function sshPrograms(uri: string, controlPath: string): HostPrograms {
  const queue = new PQueue({ concurrency: programsAtOnce })
  const script = (text: string, options: Parameters<HostPrograms['run']>[2]) =>
    queue.add(() => runScript(uri, controlPath, text, options))
  return {
    canAskAdministrator: false,
    async find(name) {
      const { exitCode, outputText } = await script(`command -v -- ${quoted(name)}`, { timeoutMs: questionPatienceMs })
      const path = outputText.trim()
      return exitCode === 0 && path.startsWith('/') ? path : null
    },
    async run(program, programArguments, options) {
      const seconds = Math.ceil(options.timeoutMs / 1000)
      const words = commandLine(program, ...programArguments)
      // Ended there too when its time is over: the end of ssh alone does not reach it.
      const ended = await script(
        `if command -v timeout >/dev/null 2>&1; then exec timeout -s KILL ${seconds} ${words}; else exec ${words}; fi`,
        options,
      )
      // 126 and 127 are the shell's and timeout's words for a program that cannot be started.
      return ended.exitCode === 127 || ended.exitCode === 126 ? { ...ended, exitCode: null } : ended
    },
  }
}

async function runScript(
  uri: string,
  controlPath: string,
  text: string,
  options: Parameters<HostPrograms['run']>[2],
): Promise<ProgramEnd> {
  const there = `PATH="$PATH:${programFolders.join(':')}"; LC_ALL=C; export PATH LC_ALL; ${text}`
  const [program = 'ssh', ...words] = sshCommand(uri, { command: `sh -c ${quoted(there)}` }, { controlPath })
  const ended = await runProgram(program, words, options)
  return ended.exitCode === sshFailed ? { ...ended, exitCode: null } : ended
}

/** Whom ssh has logged in. @throws when the host does not say */
export async function sshLogin(uri: string, controlPath: string): Promise<HostLogin> {
  const questions = [
    'id -un',
    'id -u',
    'id -G',
    'echo "$HOME"',
    'echo "${XDG_CONFIG_HOME:-$HOME/.config}"',
    'echo "${XDG_DATA_HOME:-$HOME/.local/share}"',
  ]
  const ended = await runScript(uri, controlPath, questions.join(' && '), { timeoutMs: questionPatienceMs })
  const [name, userId, groups, homeDir, configDir, dataDir] = ended.outputText.split('\n')
  if (ended.exitCode !== 0 || dataDir === undefined || homeDir === undefined || configDir === undefined)
    throw new Error(`the login is not known: ${ended.errorText.trim()}`)
  return {
    name: name ?? '',
    userId: Number(userId),
    groupIds: new Set((groups ?? '').split(' ').map(Number)),
    homeDir,
    configDir,
    dataDir,
  }
}
