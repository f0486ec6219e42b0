import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface AliasSearch {
  readonly env: NodeJS.ProcessEnv
  /** The root of the system's files; only tests give another. */
  readonly root?: string
}

/**
 * Replaces a name that `uri_aliases` of libvirt.conf gives a URI to; everything else comes back as it is. The user's file
 * ($XDG_CONFIG_HOME/libvirt/libvirt.conf) counts before the system's (/etc/libvirt/libvirt.conf).
 * @throws TypeError when a file has `uri_aliases` that cannot be read
 */
export function resolveUriAlias(text: string, { env, root = '/' }: AliasSearch): string {
  if (!/^[\w-]+$/.test(text)) return text
  const home = env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config')
  for (const folder of [join(home, 'libvirt'), join(root, 'etc/libvirt')]) {
    const path = join(folder, 'libvirt.conf')
    const uri = existsSync(path) ? readUriAliases(readFileSync(path, 'utf8'), path).get(text) : undefined
    if (uri !== undefined) return uri
  }
  return text
}

/** One token of libvirt's configuration format: a comment, a text, a sign, or a run of anything else. */
const TOKEN = /#[^\n]*|"""[\s\S]*?"""|"[^"\n]*"|'[^'\n]*'|[[\],=]|[^\s#"'[\],=]+/g

/** Reads `uri_aliases = [ "name=uri", … ]`. */
export function readUriAliases(config: string, path: string): Map<string, string> {
  const tokens = (config.match(TOKEN) ?? []).filter((token) => !token.startsWith('#'))
  const start = tokens.findIndex((token, index) => token === 'uri_aliases' && tokens[index + 1] === '=')
  if (start < 0) return new Map()
  const list = tokens.slice(start + 2)
  const end = list.indexOf(']')
  if (list[0] !== '[' || end < 0) throw new TypeError(`${path}: uri_aliases is not a list`)
  const entries = list.slice(1, end).filter((token) => token !== ',')
  return new Map(
    entries.map((token) => {
      const [, name, uri] = /^["']+([\w-]+)=(.+?)["']+$/.exec(token) ?? []
      if (name === undefined || uri === undefined) throw new TypeError(`${path}: not an alias: ${token}`)
      return [name, uri]
    }),
  )
}
