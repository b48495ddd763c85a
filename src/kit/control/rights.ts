import { preflightWith } from '../doctor/privileges.ts';

/** What attaching to an interface takes (dev_xdp_attach). @throws KitError */
export const demandAttaching = (): void => preflightWith('CAP_NET_ADMIN');

/** What finding and changing takes that which another process has attached (BPF_LINK_GET_FD_BY_ID). @throws KitError */
export const demandVerbs = (): void => preflightWith('CAP_SYS_ADMIN');
