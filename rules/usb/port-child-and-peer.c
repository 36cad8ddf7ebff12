// SPDX-License-Identifier: GPL-2.0-or-later
/* in: drivers/usb/core/hub.c */
struct usb_port {
	struct usb_device *child;
	struct usb_port *peer;
};

static DEFINE_SPINLOCK(device_state_lock);
DEFINE_MUTEX(usb_port_peer_mutex);

static void unlink_peers(struct usb_port *left, struct usb_port *right)
{
	right->peer = NULL;
	left->peer = NULL;
}

void sample_connect(struct usb_port *port_dev, struct usb_device *udev)
{
	mutex_lock(&usb_port_peer_mutex);
	spin_lock_irq(&device_state_lock);
	port_dev->child = udev;
	spin_unlock_irq(&device_state_lock);
	mutex_unlock(&usb_port_peer_mutex);
}

void sample_disconnect(struct usb_port *port_dev)
{
	port_dev->child = NULL;	/* expect: unguarded-access device_state_lock */
	if (port_dev->peer)
		unlink_peers(port_dev, port_dev->peer);	/* expect: callee-requires-lock usb_port_peer_mutex */
}
