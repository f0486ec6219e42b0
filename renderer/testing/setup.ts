import ui from '@nuxt/ui/vue-plugin'
import { config, disableAutoUnmount, enableAutoUnmount } from '@vue/test-utils'
import { afterEach } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

// The library's components look up icons, links and toasts through its plugin; without it they reach outside.
const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:all(.*)', component: { render: () => null } }],
})
config.global.plugins = [router, ui]

// What is left mounted still draws itself, and with it makes its own stores those in use: in the next test's midst.
disableAutoUnmount() // of the file before: this one's tests have an end of their own
enableAutoUnmount(afterEach)
