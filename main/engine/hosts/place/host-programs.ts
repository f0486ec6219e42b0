import type { ProgramEnd } from '../../this-computer/run-program.ts'

/** Programs run on a host, without a shell, each with limits. Where a host has none, nothing can be run there from here. */
export interface HostPrograms {
  /** Somebody sits before it who can be asked for an administrator's password. */
  readonly canAskAdministrator: boolean
  /** Full path; null: it is not installed. */
  find(name: string): Promise<string | null>
  /** Never rejects: how it went is the result. */
  run(program: string, programArguments: readonly string[], options: HostProgramOptions): Promise<ProgramEnd>
}

export interface HostProgramOptions {
  readonly timeoutMs: number
  /** What the program writes beyond this is not kept, in characters; 16 Ki when not given. */
  readonly longestOutput?: number
  readonly signal?: AbortSignal
}
