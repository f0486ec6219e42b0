import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { KvmTrial } from '../hosts/kvm-trial.ts'

/**
 * A trial that is really made, and then kept for all tests of this computer. Where KVM is offered and does not run, each
 * keeps a processor busy for four seconds, and every engine would make its own.
 */
export function sharedKvmTrial(): KvmTrial {
  const base = process.env['STRATA_TEST_CACHE'] ?? join(tmpdir(), `strata-cache-${userInfo().uid}`)
  return new KvmTrial(join(base, 'kvm'))
}
