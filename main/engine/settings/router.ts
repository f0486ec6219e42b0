import { implement } from '@orpc/server'
import { settingsContract as contract } from '@strata/contract/settings.ts'

import type { EngineParts } from '../engine-parts.ts'
import { withoutUndefined } from './settings-store.ts'

export function settingsRouter({ settings, notices }: Pick<EngineParts, 'settings' | 'notices'>) {
  const os = implement(contract)
  return os.router({
    read: os.read.handler(() => settings.read()),
    notices: os.notices.handler(() => [...notices.list()]),
    change: os.change.handler(({ input }) => settings.change(withoutUndefined(input))),
  })
}
