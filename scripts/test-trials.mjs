// npm run test:trials: every act of Strata, disturbed at each of its calls to libvirt, and the disks read back. `npm test`
// tries one call of each act. The last line is "N passed, N failed".
import { runLongTests } from './setup/long-tests.mjs'

await runLongTests('trials', [
  {
    id: 'trials',
    title: 'Every act, disturbed at each of its calls',
    args: ['main/engine/testing/trials'],
    env: { STRATA_TRIALS: process.env.STRATA_TRIALS ?? 'all' },
  },
])
