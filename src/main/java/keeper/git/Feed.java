// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import keeper.mail.MessageId;

/** An Atom feed of a public-inbox: only whose mails are in it. Bodies in feeds are HTML, and no ground to read a patch from. */
final class Feed {
  private static final int MOST = 500;

  private Feed() {}

  /** From the {@code link} of each {@code entry}, in the feed's order. @throws IOException when it is no XML */
  static List<MessageId> ids(byte[] body) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false); // a stranger's: no entities, no files
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    List<MessageId> ids = new ArrayList<>();
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(body));
      boolean entry = false;
      while (xml.hasNext() && ids.size() < MOST) {
        int event = xml.next();
        if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("entry")) entry = true;
        if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("entry")) entry = false;
        if (event != XMLStreamConstants.START_ELEMENT || !entry || !xml.getLocalName().equals("link")) continue;
        String href = xml.getAttributeValue(null, "href");
        if (href != null) MessageId.pasted(href).filter(id -> !ids.contains(id)).ifPresent(ids::add);
      }
    } catch (XMLStreamException e) {
      throw new IOException(e.getMessage(), e);
    }
    return ids;
  }
}
