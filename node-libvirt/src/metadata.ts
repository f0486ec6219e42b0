import { domainMetadataType } from './protocol/enums.generated.ts'

/** What is written about a domain or network: its title, its description, or the element of one XML namespace. */
export type MetadataKind = 'title' | 'description' | { readonly uri: string }
/** `key` is the prefix that the element's namespace gets. */
export type NewMetadataKind = 'title' | 'description' | { readonly uri: string; readonly key: string }

/** virDomainMetadataType and virNetworkMetadataType have the same values. */
export function metadataArgs(what: MetadataKind): { type: number; uri: string | null } {
  if (typeof what === 'string') return { type: domainMetadataType[what], uri: null }
  return { type: domainMetadataType.element, uri: what.uri }
}
