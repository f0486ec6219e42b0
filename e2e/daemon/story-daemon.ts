import { startDaemon, type RealDaemon } from '../../node-libvirt/testing/real-daemon.ts'
import { asTestUser } from '../../node-libvirt/testing/test-user.ts'

/** The daemon that a story uses, and the place where its programs are run. */
export interface StoryDaemon extends RealDaemon {
  /** Reaches its QEMU driver. */
  readonly hostUri: string
  readonly scope: 'session' | 'system'
  /** The command that runs another one as this daemon's user, where this daemon is. */
  command(words: readonly string[]): string[]
}

/** A session daemon with nothing on it. */
export async function startSessionDaemon(): Promise<StoryDaemon> {
  const daemon = await startDaemon()
  return {
    ...daemon,
    hostUri: daemon.uri('qemu:///session'),
    scope: 'session',
    command: (words) => asTestUser(daemon.user, words),
  }
}
