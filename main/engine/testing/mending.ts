import type { Cause } from '@strata/contract/doctor.ts'
import type { RepairAction } from '@strata/contract/repairs.ts'
import { expect } from 'vitest'

import { hostId, type TestEngine } from './test-engine.ts'

interface Broken {
  readonly uuid: string
}

/** As a user who allows whatever the definition asks for. */
export async function start(test: TestEngine, { uuid }: Broken): Promise<void> {
  const reaches = await test.client.machines.reaches({ hostId, uuid })
  const allowedReaches = reaches.map(({ id }) => id)
  await test.client.machines.power({ hostId, uuid, action: 'start', allowedReaches })
}

export async function causesOf(test: TestEngine, { uuid }: Broken): Promise<Cause[]> {
  return (await test.client.doctor.check({ hostId, uuid })).causes
}

/** What stands in the way of a start, by kind; what only warns left out. */
export async function stoppedBy(test: TestEngine, machine: Broken): Promise<string[]> {
  return (await causesOf(test, machine)).filter(({ severity }) => severity === 'stops').map(({ id }) => id)
}

/** The machine does not start, and the doctor's first cause is this one, with or without the attempt. */
export async function expectStopped(test: TestEngine, machine: Broken, id: string): Promise<Cause> {
  const failure = await start(test, machine).catch((error: unknown) => error)
  const causes = await causesOf(test, machine)
  expect(causes.map((cause) => cause.id)).toContain(id)
  const [cause] = causes
  if (cause === undefined) throw new Error('the doctor finds nothing')
  expect([cause.id, cause.severity]).toEqual([id, 'stops'])
  expect(failure).toMatchObject({
    code: 'wrong-state',
    message: expect.stringContaining(cause.sentence) as string,
    data: { repairs: cause.repairs },
  })
  return cause
}

/** Presses the button of this kind. */
export async function press(test: TestEngine, cause: Cause, kind: RepairAction['kind']): Promise<void> {
  const action = cause.repairs.find((repair) => repair.action?.kind === kind)?.action
  expect(action?.kind, `${cause.id} offers ${kind}`).toBe(kind)
  if (action) await test.client.repairs.run(action)
}

/** Nothing stands in the way any more, and it runs; it is forced off afterwards. */
export async function expectStarts(test: TestEngine, machine: Broken): Promise<void> {
  expect(await stoppedBy(test, machine)).toEqual([])
  await start(test, machine)
  await test.until(({ machines }) => machines.get(machine.uuid)?.state === 'running')
  await test.client.machines.power({ hostId, uuid: machine.uuid, action: 'force-off' })
  await test.until(({ machines }) => machines.get(machine.uuid)?.state === 'shut-off')
}

/** The whole way: it does not start, this is why, this button mends it, it starts. */
export async function expectMended(
  test: TestEngine,
  machine: Broken,
  id: string,
  kind: RepairAction['kind'],
): Promise<Cause> {
  const cause = await expectStopped(test, machine, id)
  await press(test, cause, kind)
  await expectStarts(test, machine)
  return cause
}
