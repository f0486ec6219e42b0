import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'

/** Starts a program in a process group of its own, so that ending it ends all that it started. */
export function spawnGroup(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(command, args, { ...options, detached: true })
}

export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  process.kill(-child.pid, 'SIGTERM')
  const patience = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, 10_000)
  await exited
  clearTimeout(patience)
}

/** Seconds on the clock that time stamps of other processes here are taken from (CLOCK_MONOTONIC). */
export const monotonicSeconds = (): number => Number(process.hrtime.bigint()) / 1e9
