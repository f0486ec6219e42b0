import type { OsRecord } from './os-record.ts'

/** Entries form a graph that somebody else wrote: it may be long, or run in circles. */
const furthest = 200

/**
 * The entry itself and what it takes after, the nearest first, as libosinfo walks them (osinfo_product_foreach_related):
 * what it derives from, then what it is a clone of. What it upgrades is not among them: an upgrade is no likeness.
 */
export function lineageOf(record: OsRecord, byUri: ReadonlyMap<string, OsRecord>): OsRecord[] {
  const lineage: OsRecord[] = []
  const seen = new Set<string>()
  const visit = (each: OsRecord) => {
    if (seen.has(each.uri) || lineage.length >= furthest) return
    seen.add(each.uri)
    lineage.push(each)
    for (const uri of [...each.derivesFrom, ...each.clones]) {
      const next = byUri.get(uri)
      if (next !== undefined) visit(next)
    }
  }
  visit(record)
  return lineage
}
