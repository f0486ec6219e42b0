import { describe, expect, it } from 'vitest'

import { proxyAuthorization, proxyFor } from './proxy.ts'

const target = (address: string) => new URL(address)
const image = target('https://cloud.example.org/tiny.qcow2')

describe('the proxy for an address', () => {
  it('is what the usual variables say for its kind', () => {
    const env = { https_proxy: 'http://p:3128', HTTP_PROXY: 'q:8080', ALL_PROXY: 'http://all:1' }
    expect(proxyFor(image, env)?.href).toBe('http://p:3128/')
    expect(proxyFor(target('http://x.org/'), env)?.href).toBe('http://q:8080/')
    expect(proxyFor(image, { ALL_PROXY: 'http://all:1' })?.host).toBe('all:1')
    expect(proxyFor(image, { https_proxy: '' })).toBeNull()
    expect(proxyFor(image, {})).toBeNull()
  })

  it.each(['cloud.example.org', 'example.org', '.example.org', 'x.net, example.org', '*', 'example.org:443'])(
    'is none where no_proxy is %s',
    (exceptions) => {
      expect(proxyFor(image, { https_proxy: 'http://p:1', no_proxy: exceptions })).toBeNull()
    },
  )

  it.each(['ample.org', 'example.org:80', 'cloud.example.org.evil'])('stays where no_proxy is %s', (exceptions) => {
    expect(proxyFor(image, { https_proxy: 'http://p:1', no_proxy: exceptions })).not.toBeNull()
  })

  it('is none for this computer', () => {
    for (const host of ['localhost', '127.0.0.1:8000', '[::1]'])
      expect(proxyFor(target(`http://${host}/`), { http_proxy: 'http://p:1' })).toBeNull()
  })

  it('is told who asks, where the variable says so', () => {
    expect(proxyAuthorization(target('http://ada:p%40ss@p:1'))).toBe(
      `Basic ${Buffer.from('ada:p@ss').toString('base64')}`,
    )
    expect(proxyAuthorization(target('http://p:1'))).toBeNull()
  })
})
