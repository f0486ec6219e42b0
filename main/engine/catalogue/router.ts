import { implement } from '@orpc/server'
import { contract } from '@strata/contract/index.ts'
import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../engine-parts.ts'
import { StrataError } from '../strata-error.ts'

export function catalogueRouter({ catalogue }: EngineParts) {
  const os = implement(contract.catalogue)
  return os.router({
    search: os.search.handler(({ input }) => catalogue.search(input.text, input.limit)),
    os: os.os.handler(async ({ input }) => {
      const found = await catalogue.os(input.osId)
      if (found === null)
        throw new StrataError('not-found', say('catalogue.catalogueNoOperatingSystem', { osId: input.osId }))
      return found
    }),
    cloudImages: os.cloudImages.handler(() => catalogue.cloudImages()),
    state: os.state.handler(() => catalogue.state()),
  })
}
