import type { SetupTrouble } from '@strata/contract/machine-setup.ts'

import { i18n, t } from '../../i18n.ts'

/** What did not work, in the user's words where there are some, with cloud-init's name for it. */
export function partOf({ module, stage }: SetupTrouble): string {
  if (module !== null) {
    const key = `machine-setup.modules.${module}`
    return i18n.global.te(key) ? `${t(key)} (${module})` : module
  }
  return stage === null ? 'cloud-init' : t(`machine-setup.steps.${stage}`)
}
