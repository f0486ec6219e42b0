import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

import { writeIso } from '../disc/write-iso.ts'
import { extractBootFiles } from './extract-boot-files.ts'

const bytes = (text: string) => Buffer.from(text)
const readerOf = (image: Uint8Array) => (offset: number, length: number) =>
  Promise.resolve(image.subarray(offset, offset + length))

const boot = {
  candidates: [
    { kernel: '/install.amd/vmlinuz', initrd: '/install.amd/initrd.gz' },
    { kernel: '/linux', initrd: '/initrd.gz' },
  ],
  injected: [{ path: 'preseed.cfg', content: bytes('d-i') }],
  commandLine: '',
}

describe('an installer’s kernel and initrd', () => {
  it('are taken from the first place that has both, with the answers behind', async () => {
    const image = writeIso('DEBIAN', [
      { path: 'install.amd/vmlinuz', content: bytes('half') },
      { path: 'linux', content: bytes('kernel') },
      { path: 'initrd.gz', content: bytes('initrd..') },
    ])
    const { kernel, initrd } = await extractBootFiles(readerOf(image), boot)
    expect(Buffer.from(kernel).toString()).toBe('kernel')
    expect(Buffer.from(initrd.subarray(0, 8)).toString()).toBe('initrd..')
    expect(gunzipSync(initrd.subarray(8)).includes('preseed.cfg')).toBe(true)
  })

  it('that are nowhere are said to be missing, with what to do', async () => {
    const image = writeIso('PHOTOS', [{ path: 'a.jpg', content: bytes('x') }])
    await expect(extractBootFiles(readerOf(image), boot)).rejects.toMatchObject({
      code: 'not-found',
      data: { field: 'source' },
    })
    await expect(extractBootFiles(readerOf(new Uint8Array()), boot)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('on a medium that ends too early are not half a kernel', async () => {
    const image = writeIso('CUT', [
      { path: 'linux', content: bytes('kernel') },
      { path: 'initrd.gz', content: Buffer.alloc(9000) },
    ])
    const cut = image.subarray(0, image.length - 6000)
    await expect(extractBootFiles(readerOf(cut), boot)).rejects.toMatchObject({ code: 'invalid-input' })
  })
})
