import { randomUUID } from 'node:crypto'

import type { StrataProblem } from '@strata/contract/errors.ts'
import type { Job, JobStep } from '@strata/contract/jobs.ts'
import type { MachineRef } from '@strata/contract/references.ts'

import type { WantedJob } from './job-control.ts'
import { TransferRate } from './transfer-rate.ts'

/** A job as the list shows it, and the moves that it can make. Tells after each. */
export class JobRecord {
  #job: Job
  #rate = new TransferRate()
  readonly #onChange: (jobId: string) => void

  constructor(wanted: WantedJob, onChange: (jobId: string) => void) {
    this.#onChange = onChange
    this.#job = {
      jobId: randomUUID(),
      kind: wanted.kind,
      title: wanted.title,
      hostId: wanted.hostId ?? null,
      machineUuid: wanted.machineUuid ?? null,
      state: 'running',
      steps: wanted.steps.map(({ id, label }) => ({ id, label, state: 'waiting' })),
      progress: null,
      cancellable: wanted.cancellable ?? true,
      startedAtMs: Date.now(),
      endedAtMs: null,
      problem: null,
      result: null,
    }
  }

  get picture(): Job {
    return this.#job
  }

  get isEnded(): boolean {
    return this.#job.endedAtMs !== null
  }

  step(id: string): void {
    const at = this.#job.steps.findIndex((step) => step.id === id)
    if (at < 0) throw new TypeError(`Job “${this.#job.kind}” has no step “${id}”`)
    this.#rate = new TransferRate()
    this.#change({
      progress: null,
      steps: this.#job.steps.map((step, index) => ({ ...step, state: stateAfter(step, index, at) })),
    })
  }

  progress(doneBytes: number, totalBytes: number | null): void {
    this.#change({ progress: this.#rate.note(doneBytes, totalBytes, Date.now()) })
  }

  concerns(machine: MachineRef): void {
    this.#change({ hostId: machine.hostId, machineUuid: machine.uuid })
  }

  cancelling(): void {
    this.#change({ state: 'cancelling', cancellable: false })
  }

  done(machine: MachineRef | null): void {
    const steps = this.#job.steps.map((step) => {
      if (step.state === 'running') return { ...step, state: 'done' as const }
      return step.state === 'waiting' ? { ...step, state: 'skipped' as const } : step
    })
    this.#end({ state: 'done', steps, result: { machine } })
  }

  failed(problem: StrataProblem): void {
    this.#end({ state: 'failed', steps: this.#stopped('failed'), problem })
  }

  /** With a problem when what was made could not be taken back. */
  cancelled(problem: StrataProblem | null): void {
    this.#end({ state: 'cancelled', steps: this.#stopped('skipped'), problem })
  }

  #stopped(running: 'failed' | 'skipped'): JobStep[] {
    return this.#job.steps.map((step) => {
      if (step.state === 'running') return { ...step, state: running }
      return step.state === 'waiting' ? { ...step, state: 'skipped' } : step
    })
  }

  #end(changes: Partial<Job>): void {
    this.#change({ ...changes, progress: null, cancellable: false, endedAtMs: Date.now() })
  }

  #change(changes: Partial<Job>): void {
    this.#job = { ...this.#job, ...changes }
    this.#onChange(this.#job.jobId)
  }
}

function stateAfter(step: JobStep, index: number, at: number): JobStep['state'] {
  if (index === at) return 'running'
  if (step.state === 'running') return 'done'
  return index < at && step.state === 'waiting' ? 'skipped' : step.state
}
