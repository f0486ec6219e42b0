import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { replaceFile } from '../replace-file.ts'
import { systemCodeOf } from '../strata-error.ts'
import { runProgram, type ProgramEnd } from '../this-computer/run-program.ts'

/** 'works' and 'too-slow' come from a trial; the others say why none was made. */
const outcome = z.enum(['works', 'too-slow', 'refused', 'no-device', 'no-access', 'untried'])
export type KvmOutcome = z.infer<typeof outcome>

export interface KvmFinding {
  readonly outcome: KvmOutcome
  /** QEMU's or the system's own words. */
  readonly detail: string | null
}

const device = '/dev/kvm'
/** On a processor that KVM can use the trial takes a third of a second, most of it QEMU's start. */
const patienceS = 4
/** A computer that was very busy may have made a trial fail: its no is not believed for ever. */
const noLastsMs = 24 * 60 * 60_000
const noLastsWhenAskedMs = 10 * 60_000
const romBytes = 64 * 1024
const resetVector = 0xfff0
const exitCode = 33

/**
 * A guest of 142 bytes. It goes from reset straight to 64-bit mode, counts 200 million down, and leaves through QEMU's
 * exit port. Some computers offer KVM and translate or crawl all the same: a guest that only starts proves nothing.
 *
 *     cli; ds = es = 0; clear 0x1000–0x3fff
 *     [0x1000] = 0x2003; [0x2000] = 0x3003; [0x3000] = 0x83      tables that map the first 2 MiB onto themselves
 *     cr4 = PAE; cr3 = 0x1000; EFER |= LME; lgdt; cr0 |= PG | PE; jump to 64-bit code
 *     ecx = 200,000,000; repeat: dec ecx; jnz repeat
 *     out 0xf4, 0x10                                             QEMU ends with (0x10 << 1) | 1
 *     hlt for ever; the table of segments
 */
const guestCode =
  'fa31c08ed88ec0bf0010b90018fcf3ab66c70600100320000066c70600200330000066c70600308300000066b820000000' +
  '0f22e066b8001000000f22d866b9800000c00f32660d000100000f302e660f011688000f20c0660d010000800f22c066ea' +
  '68000f000800b900c2eb0bffc975fcb010e6f4f4ebfd0000000000000000ffff0000009baf000f0078000f00'
/** jmp f000:0000 */
const resetCode = 'ea000000f0'

const remembered = z.object({
  bootId: z.string(),
  emulator: z.string(),
  emulatorChangedAtMs: z.number(),
  triedAtMs: z.number(),
  outcome,
  detail: z.string().nullable(),
})

/** Finds out whether guests really run on this computer's processor, once for a start of the computer and a QEMU. */
export class KvmTrial {
  readonly #folder: string
  readonly #trials = new Map<string, Promise<KvmFinding>>()

  constructor(cacheDir: string) {
    this.#folder = cacheDir
  }

  /** @param emulator path of a qemu-system-x86_64 */
  async find(emulator: string): Promise<KvmFinding> {
    const obstacle = await accessObstacle() // asked each time: a group or a module may have come meanwhile
    if (obstacle !== null) return obstacle
    const known = this.#trials.get(emulator) ?? this.#recallOrTry(emulator)
    this.#trials.set(emulator, known)
    return known
  }

  /** The same for a user who asks: what did not work some time ago is tried again. */
  async retry(emulator: string): Promise<KvmFinding> {
    const known = await this.find(emulator)
    const stored = await this.#recall()
    const isOld = stored === null || Date.now() - stored.triedAtMs > noLastsWhenAskedMs
    if (known.outcome !== 'works' && isOld) this.#trials.set(emulator, this.#tryAndRemember(emulator))
    return this.find(emulator)
  }

  async #recallOrTry(emulator: string): Promise<KvmFinding> {
    const stored = await this.#recall()
    const here = await identity(emulator)
    const isSame =
      stored !== null &&
      stored.bootId === here.bootId &&
      stored.emulator === emulator &&
      stored.emulatorChangedAtMs === here.emulatorChangedAtMs &&
      (stored.outcome === 'works' || Date.now() - stored.triedAtMs < noLastsMs)
    return isSame ? { outcome: stored.outcome, detail: stored.detail } : this.#tryAndRemember(emulator)
  }

  async #recall(): Promise<z.infer<typeof remembered> | null> {
    try {
      return remembered.parse(JSON.parse(await readFile(this.#file, 'utf8')))
    } catch {
      return null // never tried, or a file that is not ours: trying again costs less than a second
    }
  }

  async #tryAndRemember(emulator: string): Promise<KvmFinding> {
    const finding = await this.#try(emulator)
    const here = await identity(emulator)
    const text = JSON.stringify({ ...here, emulator, triedAtMs: Date.now(), ...finding })
    await replaceFile(this.#file, text).catch(() => undefined) // where it cannot be kept, the next start tries again
    return finding
  }

  async #try(emulator: string): Promise<KvmFinding> {
    const rom = join(this.#folder, 'kvm-trial.rom')
    try {
      await replaceFile(rom, trialRom()) // another's trial may be reading it
    } catch (error) {
      return { outcome: 'untried', detail: error instanceof Error ? error.message : null } // then libvirt’s word counts
    }
    const ended = await runWithin(patienceS, emulator, trialArguments(rom))
    if (ended.exitCode === exitCode) return { outcome: 'works', detail: null }
    if (ended.signal === 'SIGKILL') return { outcome: 'too-slow', detail: null }
    return { outcome: 'refused', detail: ended.errorText.trim() || null }
  }

  get #file(): string {
    return join(this.#folder, 'kvm-trial.json')
  }
}

/**
 * Runs a program under coreutils' `timeout`, a process of its own: a guest that never comes to its end would keep a
 * processor busy for ever if we were gone before our own timer. `timeout` shares the fate of what it kills, so the signal tells.
 */
export function runWithin(seconds: number, program: string, programArguments: readonly string[]): Promise<ProgramEnd> {
  const args = ['--signal=KILL', String(seconds), program, ...programArguments]
  return runProgram('timeout', args, { timeoutMs: 2 * seconds * 1000 })
}

export function trialRom(): Uint8Array {
  const rom = Buffer.alloc(romBytes, 0xf4) // hlt
  rom.set(Buffer.from(guestCode, 'hex'), 0)
  rom.set(Buffer.from(resetCode, 'hex'), resetVector)
  return rom
}

export function trialArguments(rom: string, accelerator: 'kvm' | 'tcg' = 'kvm'): string[] {
  return [
    ...['-accel', accelerator, '-machine', 'pc', '-m', '16', '-nodefaults', '-no-user-config'],
    ...['-display', 'none', '-serial', 'none', '-monitor', 'none'],
    ...['-bios', rom, '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x01'],
  ]
}

async function accessObstacle(): Promise<KvmFinding | null> {
  try {
    await access(device, constants.R_OK | constants.W_OK)
    return null
  } catch (error) {
    const code = systemCodeOf(error)
    const detail = error instanceof Error ? error.message : null
    return { outcome: code === 'ENOENT' || code === 'ENXIO' ? 'no-device' : 'no-access', detail }
  }
}

/** What a trial's result holds for. */
async function identity(emulator: string): Promise<{ bootId: string; emulatorChangedAtMs: number }> {
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '') // not on every system
  const { mtimeMs } = await stat(emulator).catch(() => ({ mtimeMs: 0 })) // the trial itself tells that it is not there
  return { bootId: bootId.trim(), emulatorChangedAtMs: mtimeMs }
}
