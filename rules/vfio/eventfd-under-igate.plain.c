/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel with plain pointers: a read-side section protects nobody. */
struct vfio_pci_core_device {
	struct mutex igate;
	struct eventfd_ctx *err_trigger;
	struct eventfd_ctx *req_trigger;
};

static void ask_back(struct vfio_pci_core_device *vdev)
{
	rcu_read_lock();
	if (vdev->req_trigger)	/* expect: unguarded-access igate */
		note();
	rcu_read_unlock();
	mutex_lock(&vdev->igate);
	if (vdev->req_trigger)
		eventfd_signal(vdev->req_trigger, 1);
	mutex_unlock(&vdev->igate);
}

int set_up(struct vfio_pci_core_device *vdev, struct eventfd_ctx *ctx)
{
	return vfio_pci_set_req_trigger(vdev);	/* expect: callee-requires-lock igate */
}
