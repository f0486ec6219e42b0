// npm run test:slow: what takes an hour. A whole installation of Debian with Strata's answers, under emulation. It fetches
// some hundred MiB from where apt does, the first time. The last line is "N passed, N failed".
import { runLongTests } from './setup/long-tests.mjs'

await runLongTests({
  name: 'slow',
  title: 'An unattended installation of Debian',
  args: ['--config', 'e2e/installer/slow.config.ts'],
})
