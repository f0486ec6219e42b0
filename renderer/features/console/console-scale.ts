/** 'fit': as large as there is room; 'actual': one pixel of the guest is one of the display. */
export type ConsoleScale = 'fit' | 'actual'
