/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_pci_core_device {
	struct mutex igate;
	spinlock_t irqlock;
	int irq_type;
	int num_ctx;
};

static void forget_interrupts(struct vfio_pci_core_device *vdev)
{
	mutex_lock(&vdev->igate);
	vfio_pci_set_irqs_ioctl(vdev, 0, vdev->irq_type, 0, 0, NULL);
	mutex_unlock(&vdev->igate);
	vfio_pci_set_irqs_ioctl(vdev, 0, vdev->irq_type, 0, 0, NULL);	/* expect: callee-requires-lock igate */
	vdev->irq_type = VFIO_PCI_NUM_IRQS;	/* expect: unguarded-access igate */
}

/* In order: the ioctl holds igate for it. */
static int vfio_pci_set_msi_trigger(struct vfio_pci_core_device *vdev)
{
	vdev->num_ctx = 1;
	return 0;
}

/* Never sleep for igate under the spinlock, and never take it second. */
static void mask_all(struct vfio_pci_core_device *vdev)
{
	unsigned long flags;

	spin_lock_irqsave(&vdev->irqlock, flags);
	mutex_lock(&vdev->igate);	/* expect: lock-order igate */	/* expect: sleep-in-atomic irqlock */
	mutex_unlock(&vdev->igate);
	spin_unlock_irqrestore(&vdev->irqlock, flags);
}

struct vfio_pci_irq_ctx {
	bool masked;
};

void unmask(struct vfio_pci_core_device *vdev, struct vfio_pci_irq_ctx *ctx)
{
	spin_lock_irq(&vdev->irqlock);
	ctx->masked = false;
	spin_unlock_irq(&vdev->irqlock);
	ctx->masked = true;	/* expect: unguarded-access ctx->masked */
}
