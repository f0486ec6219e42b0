import { createRouter, createWebHistory } from 'vue-router'

// The first page is read with the window, not after it.
import MachinesPage from './features/machines/MachinesPage.vue'

/** Both shells answer any address without a file's ending with the one page, so that a reload stays where it was. */
export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', name: 'machines', component: MachinesPage },
    { path: '/hosts/:hostId', name: 'host', props: true, component: () => import('./features/hosts/HostPage.vue') },
    { path: '/new', name: 'create', component: () => import('./features/create/CreatePage.vue') },
    {
      path: '/machines/:hostId/:uuid/:tab?',
      name: 'machine',
      props: true,
      component: () => import('./features/machines/MachinePage.vue'),
    },
    // What `strata --open MACHINE` leads to: the page of the machine, once it is known which one that is.
    { path: '/open', name: 'open', component: () => import('./features/machines/OpenMachinePage.vue') },
    { path: '/images', name: 'images', component: () => import('./features/images/ImagesPage.vue') },
    { path: '/trash', name: 'trash', component: () => import('./features/trash/TrashPage.vue') },
    { path: '/settings', name: 'settings', component: () => import('./features/settings/SettingsPage.vue') },
    { path: '/:rest(.*)*', redirect: { name: 'machines' } },
  ],
})
