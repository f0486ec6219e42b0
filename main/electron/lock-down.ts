import { app, shell, type Session, type WebContents } from 'electron'

import { isAppAddress, originOf } from './app-address.ts'
import { isAllowedLink } from './links.ts'
import { mayUse } from './permissions.ts'

/** Gives an address to the system's browser if it is one that may leave. */
export function openLink(link: string): void {
  if (isAllowedLink(link)) void shell.openExternal(link)
}

/** What no page may do, set for every page before it loads anything. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => {
    denyWindows(contents)
    denyNavigation(contents)
  })
}

function denyWindows(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url)
    return { action: 'deny' }
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

function denyNavigation(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isAppAddress(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault() // there are no frames
  })
  contents.on('will-redirect', (event) => event.preventDefault())
}

/** Permissions are decided here, not asked of the user. */
export function decidePermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(mayUse(permission, originOf(contents.getURL()) ?? ''))
  })
  session.setPermissionCheckHandler((_contents, permission, origin) => mayUse(permission, origin))
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith('blob:')) event.preventDefault() // what our own page made, such as a screenshot
  })
}
