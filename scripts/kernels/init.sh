#!/busybox sh
# The first process of a test machine: makes the host's files, read-only below a layer in memory, its root, runs one
# command there and writes its exit status beside the results.
mkdir /sbin
/busybox --install -s /bin
ln -s /busybox /sbin/modprobe
export PATH=/bin

mount -t devtmpfs dev /dev
mount -t proc proc /proc
for module in $(cat /modules/order); do
	insmod "/modules/$module" || echo "cannot load $module"
done
share() {
	mount -t 9p -o "trans=virtio,version=9p2000.L,msize=262144,$3" "$1" "$2" || echo "cannot mount $1"
}
share host /host ro,cache=loose
mount -t tmpfs layer /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work root /root
cd /root
mount -t proc proc proc
mount -t sysfs sys sys
mount -t devtmpfs dev dev
mkdir -p dev/pts dev/shm
mount -t devpts pts dev/pts
mount -t tmpfs shm dev/shm
mount -t tmpfs run run
mount -t tracefs tracing sys/kernel/tracing
mount -t debugfs debug sys/kernel/debug
mount -t securityfs security sys/kernel/security
mount -t bpf bpf sys/fs/bpf
mount -t cgroup2 cgroup sys/fs/cgroup
{
	read -r project
	read -r node
} </paths
mkdir -p "/root$project"
mount --bind /project "/root$project"
mount --bind /node "/root$node"
mkdir run/results
share results run/results rw,cache=none
# For the kernel's own calls of modprobe, which start from here, and for those of tests.
for modules in "/lib/modules/$(uname -r)" "lib/modules/$(uname -r)"; do
	mkdir -p "$modules"
	mount --bind "/host$(cat run/results/modules)" "$modules"
done
ip link set lo up
# Through a pipe: with a terminal, programs draw.
{
	chroot /root /bin/bash /run/results/command
	echo $? >run/results/status
} </dev/null 2>&1 | cat
poweroff -f
