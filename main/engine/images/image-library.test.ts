import { describe, expect, it } from 'vitest'

import { deferred } from '../deferred.ts'
import { ImageLibrary } from './image-library.ts'

const library = new ImageLibrary({
  cacheDir: '/nowhere',
  catalogueLocation: null,
  listed: () => Promise.resolve([]),
  closing: new AbortController().signal,
})

describe('work that is done in turn', () => {
  it('is done one after the other under one name, and at once under another', async () => {
    const first = deferred<string>()
    const began: string[] = []
    const work = (name: string, until: Promise<string>) => () => {
      began.push(name)
      return until
    }
    const one = library.inTurn('a', work('one', first.promise))
    const two = library.inTurn('a', work('two', Promise.resolve('second')))
    expect(await library.inTurn('b', work('three', Promise.resolve('other')))).toBe('other')
    expect(began).toEqual(['one', 'three'])
    first.resolve('first')
    expect(await Promise.all([one, two])).toEqual(['first', 'second'])
  })

  it('is given up at once when it is cancelled while it waits, and never begins', async () => {
    const first = deferred<void>()
    const [abort, cancelled] = [new AbortController(), new Error('cancelled')]
    let hasBegun = false
    const one = library.inTurn('a', () => first.promise)
    const two = library.inTurn(
      'a',
      () => {
        hasBegun = true
        return Promise.resolve()
      },
      abort.signal,
    )
    abort.abort(cancelled)
    await expect(two).rejects.toBe(cancelled)
    first.resolve()
    await one
    await library.inTurn('a', () => Promise.resolve()) // whoever comes next
    expect(hasBegun).toBe(false)
  })

  it('is waited for when it is cancelled at work, as it takes back what it began', async () => {
    const [abort, tidied] = [new AbortController(), deferred<void>()]
    let isTidy = false
    const work = library.inTurn(
      'a',
      async () => {
        abort.abort(new Error('cancelled'))
        await tidied.promise
        isTidy = true
        abort.signal.throwIfAborted()
      },
      abort.signal,
    )
    setImmediate(() => {
      tidied.resolve()
    })
    await expect(work).rejects.toThrow('cancelled')
    expect(isTidy).toBe(true)
  })
})
