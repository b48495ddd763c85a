// SPDX-License-Identifier: MIT
/* What bears on XDP at a network interface of the caller's namespace. sysfs may be that of another
 * one. */
#include "kit.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* src/bpf/interface.ts has the same. */
struct interface {
	__u32 ifindex;
	__u32 mtu;
	__u32 lro;
	char driver[32]; /* empty: the interface does not tell */
};

static int ethtool(int fd, struct ifreq *request, void *command)
{
	request->ifr_data = command;
	return ioctl(fd, SIOCETHTOOL, request);
}

KIT_API int kit_interface(const char *name, struct interface *interface)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };
	struct ifreq request = {};
	int fd, err = 0;

	if (strlen(name) >= sizeof(request.ifr_name))
		return -ENODEV;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	strcpy(request.ifr_name, name);
	memset(interface, 0, sizeof(*interface));
	if (ioctl(fd, SIOCGIFINDEX, &request)) {
		err = -errno;
	} else {
		interface->ifindex = request.ifr_ifindex;
		if (ioctl(fd, SIOCGIFMTU, &request) == 0)
			interface->mtu = request.ifr_mtu;
		if (ethtool(fd, &request, &info) == 0)
			memcpy(interface->driver, info.driver, sizeof(info.driver));
		if (ethtool(fd, &request, &flags) == 0)
			interface->lro = !!(flags.data & ETH_FLAG_LRO);
	}
	close(fd);
	return err;
}
