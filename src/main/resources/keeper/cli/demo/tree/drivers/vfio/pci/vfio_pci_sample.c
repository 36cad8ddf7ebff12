// SPDX-License-Identifier: GPL-2.0-only
/* A sample driver for the demonstration. */
#include <linux/vfio_pci_core.h>

static int sample_pci_set_trigger(struct vfio_pci_core_device *vdev,
				  struct eventfd_ctx **slot, int fd)
{
	struct eventfd_ctx *fresh = NULL;

	if (fd >= 0) {
		fresh = eventfd_ctx_fdget(fd);
		if (IS_ERR(fresh))
			return PTR_ERR(fresh);
	}

	mutex_lock(&vdev->igate);
	if (*slot)
		eventfd_ctx_put(*slot);
	*slot = fresh;
	mutex_unlock(&vdev->igate);
	return 0;
}

int sample_pci_set_req_trigger(struct vfio_pci_core_device *vdev, int fd)
{
	return sample_pci_set_trigger(vdev, &vdev->req_trigger, fd);
}

int sample_pci_set_err_trigger(struct vfio_pci_core_device *vdev, int fd)
{
	return sample_pci_set_trigger(vdev, &vdev->err_trigger, fd);
}

/* The host wants the device back: ask the user to let go. */
static void sample_pci_request(struct vfio_pci_core_device *vdev)
{
	mutex_lock(&vdev->igate);
	if (vdev->req_trigger)
		eventfd_signal(vdev->req_trigger);
	mutex_unlock(&vdev->igate);
}

/* A bus error was reported for the device. */
static void sample_pci_error_detected(struct vfio_pci_core_device *vdev)
{
	mutex_lock(&vdev->igate);
	if (vdev->err_trigger)
		eventfd_signal(vdev->err_trigger);
	mutex_unlock(&vdev->igate);
}

static void sample_pci_close(struct vfio_pci_core_device *vdev)
{
	mutex_lock(&vdev->open_lock);
	if (!--vdev->users) {
		pci_clear_master(vdev->pdev);
		pci_disable_device(vdev->pdev);
	}
	mutex_unlock(&vdev->open_lock);
}

static const struct sample_pci_ops sample_pci_ops = {
	.request	= sample_pci_request,
	.error_detected	= sample_pci_error_detected,
	.close		= sample_pci_close,
};
