import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { kvmFact } from './kvm-fact.ts'
import { trialArguments, trialRom } from './kvm-trial.ts'
import { runProgram } from '../this-computer/run-program.ts'
import { findProgram } from '../this-computer/find-program.ts'

describe('the trial guest', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kvm-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  // By emulation, which always works: so a trial by KVM that fails has failed by KVM, not by a wrong guest.
  it('runs from reset to 64-bit code and leaves by itself', async () => {
    const rom = join(folder, 'trial.rom')
    await writeFile(rom, trialRom())
    const qemu = (await findProgram('qemu-system-x86_64')) ?? 'qemu-system-x86_64'
    const ended = await runProgram(qemu, trialArguments(rom, 'tcg'), { timeoutMs: 55_000 })
    expect(ended).toMatchObject({ exitCode: 33, timedOut: false })
  }, 60_000)

  it('that does not leave is ended', async () => {
    const rom = join(folder, 'endless.rom')
    const endless = trialRom()
    endless.set([0xeb, 0xfe], 0xfff0) // jmp to itself
    await writeFile(rom, endless)
    const qemu = (await findProgram('qemu-system-x86_64')) ?? 'qemu-system-x86_64'
    expect(await runProgram(qemu, trialArguments(rom, 'tcg'), { timeoutMs: 500 })).toMatchObject({
      exitCode: null,
      timedOut: true,
    })
  }, 30_000)
})

describe('whether KVM can be used', () => {
  const offer = { architecture: 'x86_64', emulator: '/usr/bin/qemu-system-x86_64', offersKvm: true }
  const none = { ...offer, offersKvm: false }
  const finding = (outcome: Parameters<typeof kvmFact>[2]['outcome']) => ({ outcome, detail: null })

  it('is told by the trial where there is one, whatever libvirt offers', () => {
    expect(kvmFact('session', offer, finding('works'))).toEqual({ usable: true, reason: null })
    for (const outcome of ['too-slow', 'refused', 'no-device'] as const) {
      const fact = kvmFact('session', offer, finding(outcome))
      expect(fact.usable).toBe(false)
      expect(fact.reason?.english).toMatch(/KVM|kvm/)
    }
  })

  it('is no when libvirt does not offer it', () => {
    for (const outcome of ['works', 'untried'] as const)
      expect(kvmFact('session', none, finding(outcome)).usable).toBe(false)
  })

  it('is libvirt’s word where only the daemon may open the device', () => {
    expect(kvmFact('system', offer, finding('no-access')).usable).toBe(true)
    expect(kvmFact('session', offer, finding('no-access'))).toEqual({
      usable: false,
      reason: 'Your user may not open /dev/kvm.',
    })
  })
})
