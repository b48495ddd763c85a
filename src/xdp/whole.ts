/** Constants of bpf/include/xdp-packet.h: all of a packet is read, whatever rules need. */
export const WHOLE_PACKET = {
  with_vlans: true,
  with_network: true,
  with_addresses: true,
  with_transport: true,
} as const;
