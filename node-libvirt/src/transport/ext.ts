import { ConnectionError } from '../errors.ts'
import { CommandDuplex } from './command-duplex.ts'
import type { ConnectTransport } from './transport.ts'

/** Runs the program that `command=` names, without arguments, and speaks with the daemon over its stdin and stdout. */
export const connectExt: ConnectTransport = (uri, { env, signal }) => {
  signal.throwIfAborted()
  const command = uri.parameters.get('command')
  if (command === undefined) return Promise.reject(new TypeError(`${uri.text}: ext needs a command=`))
  const duplex = new CommandDuplex(command, [], {
    env,
    expectFrames: true,
    explain: ({ startError, stderr, exitCode, signal: signalName, hadBegun }) => {
      const how = startError?.message ?? `it ended with ${signalName ?? `status ${exitCode}`}`
      const reason = startError ? 'helper-missing' : hadBegun ? 'closed' : 'unreachable'
      const options = { detail: stderr, ...(startError ? { cause: startError } : {}) }
      return new ConnectionError(
        reason,
        `${uri.text}: ${command}: ${how}${stderr === '' ? '' : `: ${stderr}`}`,
        options,
      )
    },
  })
  return Promise.resolve(duplex)
}
