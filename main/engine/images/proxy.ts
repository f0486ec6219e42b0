/** The proxy for an address, by the variables that other programs follow too; null: straight there. */
export function proxyFor(target: URL, env: NodeJS.ProcessEnv): URL | null {
  if (isLoopback(target.hostname) || isExcepted(target, variable(env, 'no_proxy') ?? '')) return null
  const scheme = target.protocol.slice(0, -1)
  const text = variable(env, `${scheme}_proxy`) ?? variable(env, 'all_proxy')
  if (text === null) return null
  const address = text.includes('://') ? text : `http://${text}`
  return URL.canParse(address) ? new URL(address) : null
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** What a proxy that wants to know who asks is told; null: it does not want to. */
export function proxyAuthorization({ username, password }: URL): string | null {
  if (username === '') return null
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

/** Small letters go before capitals, as with curl. An empty one says nothing. */
function variable(env: NodeJS.ProcessEnv, name: string): string | null {
  const value = env[name] ?? env[name.toUpperCase()]
  return value === undefined || value === '' ? null : value
}

/** 'example.org' and '.example.org' stand for it and all below it; a port narrows it. */
function isExcepted(target: URL, exceptions: string): boolean {
  return exceptions
    .split(/[\s,]+/)
    .filter((each) => each !== '')
    .some((each) => {
      if (each === '*') return true
      const [, name = '', port] = /^\*?\.?(.+?)(?::(\d+))?$/.exec(each.toLowerCase()) ?? []
      if (port !== undefined && port !== portOf(target)) return false
      return target.hostname === name || target.hostname.endsWith(`.${name}`)
    })
}

const portOf = ({ port, protocol }: URL) => (port !== '' ? port : protocol === 'https:' ? '443' : '80')
