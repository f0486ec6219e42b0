import type { HostAddress } from '@strata/contract/hosts.ts'

import { t } from '../../i18n.ts'

/** What a host is, in half a sentence. */
export function addressWords({ driver, scope, place }: HostAddress): string {
  if (driver === 'test') return t('hosts.address.test')
  const host = 'host' in place ? place.host : ''
  return t(`hosts.address.${place.kind}.${scope}`, { host })
}
