// A whole engine in a process of its own, so that a trial can kill it. Asked by messages: { id, path, input }.
import { createRouterClient } from '@orpc/server'
import { pino } from 'pino'

import { createEngine } from '../../engine.ts'
import { sharedKvmTrial } from '../shared-kvm-trial.ts'
import type { EngineAnswer, EngineQuestion } from './engine-process.ts'

const [uri = '', base = '', homeDir = ''] = process.argv.slice(2)
const engine = await createEngine({
  configDir: `${base}/config`,
  dataDir: `${base}/data`,
  cacheDir: `${base}/cache`,
  homeDir,
  log: pino({ level: process.env['STRATA_TEST_LOG'] ?? 'silent' }),
  kvmTrial: sharedKvmTrial(),
  hosts: [{ id: 'local-session', label: 'This computer', uri, autospawn: false }],
})
const client = createRouterClient(engine.router)

/** 'machines.remove' with its input; a stream is followed until it is told to end. */
async function answer({ path, input }: EngineQuestion): Promise<unknown> {
  if (path === 'until-settled') return untilSettled()
  if (path === 'until-connected') return untilConnected()
  if (path === 'until-seen') return untilSeen(String(input))
  const procedure = path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], client)
  return (procedure as (input: unknown) => Promise<unknown>)(input)
}

async function untilConnected(): Promise<void> {
  for await (const message of await client.hosts.watchInventory()) {
    const hosts = message.type === 'snapshot' ? message.hosts : message.hosts.changed
    if (hosts.some(({ status }) => status.state === 'connected')) return
  }
}

/** The engine's picture has this machine. */
async function untilSeen(uuid: string): Promise<void> {
  for await (const message of await client.hosts.watchInventory()) {
    const machines = message.type === 'snapshot' ? message.machines : message.machines.changed
    if (machines.some((machine) => machine.uuid === uuid)) return
  }
}

/** No job is under way, and nothing of the trash is on its way. */
async function untilSettled(): Promise<void> {
  const open = new Map<string, boolean>()
  for await (const message of await client.jobs.watch()) {
    for (const job of message.type === 'snapshot' ? message.jobs : message.changed)
      open.set(job.jobId, job.endedAtMs === null)
    if ([...open.values()].some(Boolean)) continue
    if ((await client.trash.list()).every(({ state }) => state === 'in' || state === 'cut-short')) return
  }
}

process.on('message', (question: EngineQuestion) => {
  answer(question).then(
    (value) => process.send?.({ id: question.id, value } satisfies EngineAnswer),
    (error: unknown) =>
      process.send?.({
        id: question.id,
        error: error instanceof Error ? error.message : String(error),
      } satisfies EngineAnswer),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.({ id: -1, value: null } satisfies EngineAnswer)
