import { StrataError } from '../../strata-error.ts'

/** For what is only to be proposed from: that a source is not there or is none is null. A host that is lost is told. */
export async function nullIfUnfit<T>(looking: Promise<T>): Promise<T | null> {
  try {
    return await looking
  } catch (error) {
    if (!(error instanceof StrataError) || error.code === 'host-unreachable' || error.code === 'connection-lost')
      throw error
    return null
  }
}
