import { expect, it, vi } from 'vitest'

import { followMenu } from './shell-menu.ts'

it('the application’s menu leads to pages of this window, and nowhere else', async () => {
  const { port1: menu, port2: ours } = new MessageChannel()
  const visited: string[] = []
  followMenu(ours, (path) => void visited.push(path))
  for (const said of ['/new', { go: 'https://example.org' }, { go: 7 }, null, { go: '/new' }]) menu.postMessage(said)
  await vi.waitFor(() => {
    expect(visited).toEqual(['/new'])
  })
  menu.close()
})
