/* SPDX-License-Identifier: GPL-2.0-or-later */
/* in: drivers/vfio/pci/vfio_pci.c */
/* A kernel in which vfio-pci is one module: the struct has another name, readers and writers take igate. */
struct vfio_pci_device {
	struct mutex igate;
	struct eventfd_ctx *err_trigger;
	struct eventfd_ctx *req_trigger;
};

static void sample_request(void *device_data)
{
	struct vfio_pci_device *vdev = device_data;

	mutex_lock(&vdev->igate);
	if (vdev->req_trigger)
		eventfd_signal(vdev->req_trigger, 1);
	mutex_unlock(&vdev->igate);
}

static void sample_release(void *device_data)
{
	struct vfio_pci_device *vdev = device_data;

	if (vdev->err_trigger)
		eventfd_ctx_put(vdev->err_trigger);	/* expect: unguarded-access igate */
}
