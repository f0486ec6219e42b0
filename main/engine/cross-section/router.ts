import { implement } from '@orpc/server'
import { crossSections as contract } from '@strata/contract/cross-section.ts'

import type { EngineParts } from '../engine-parts.ts'
import { watchCrossSection } from './watch.ts'

export function crossSectionRouter(parts: Pick<EngineParts, 'hosts' | 'monitoring' | 'log'>) {
  const os = implement(contract)
  return os.router({
    watch: os.watch.handler(({ input, signal }) => watchCrossSection(parts, input, signal)),
  })
}
