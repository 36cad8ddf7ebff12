// SPDX-License-Identifier: GPL-2.0-or-later
/* in: drivers/vfio/cdx/intr.c */

struct vfio_cdx_irq {
	int irq_no;
	struct eventfd_ctx *trigger;
};

struct vfio_cdx_device {
	struct mutex cdx_irqs_lock;
	struct vfio_cdx_irq *cdx_irqs;
	u32 msi_count;
	u8 config_msi;
};

static void vfio_cdx_msi_disable(struct vfio_cdx_device *vdev)
{
	kfree(vdev->cdx_irqs);
	vdev->cdx_irqs = NULL;
	vdev->config_msi = 0;
}

int sample_fire(struct vfio_cdx_device *vdev, unsigned int index)
{
	if (!vdev->config_msi)	/* expect: unguarded-access vdev->cdx_irqs_lock */
		return -EINVAL;
	mutex_lock(&vdev->cdx_irqs_lock);
	if (vdev->config_msi && vdev->cdx_irqs[index].trigger)
		eventfd_signal(vdev->cdx_irqs[index].trigger);
	mutex_unlock(&vdev->cdx_irqs_lock);
	return 0;
}

void sample_cleanup(struct vfio_cdx_device *vdev, bool locked)
{
	vfio_cdx_msi_disable(vdev);	/* expect: callee-requires-lock vdev->cdx_irqs_lock */
}

void vfio_cdx_irqs_cleanup(struct vfio_cdx_device *vdev)
{
	guard(mutex)(&vdev->cdx_irqs_lock);
	vfio_cdx_msi_disable(vdev);
}
