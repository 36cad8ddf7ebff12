// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

/** What stands around every page. */
final class Frame {
  private static final String[][] PLACES = {{"/", "Lists"}, {"/findings", "Findings"}, {"/letters", "Outbox"}, {"/rules", "Rules"}, {"/chain", "Fixes"}};

  private Frame() {}

  /** @param place the path of the menu's entry that is marked; empty for none */
  static String around(String title, String place, Html body) {
    StringBuilder menu = new StringBuilder();
    for (String[] one : PLACES)
      menu.append("<a href=\"").append(one[0]).append(one[0].equals(place) ? "\" aria-current=\"page\">" : "\">").append(one[1]).append("</a>\n");
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s · lockkeeper</title>
        <link rel="stylesheet" href="%s">
        </head>
        <body>
        <a class="skip" href="#main">To the content</a>
        <header>
        <strong>lockkeeper</strong>
        <nav aria-label="Pages">
        %s</nav>
        <form action="/mail" role="search"><input name="id" type="search" placeholder="Message-ID or its URL" aria-label="Message-ID or its URL"><button>Find</button></form>
        </header>
        <main id="main">
        """.formatted(Html.escape(title), Style.LINK, menu) + body + """

        </main>
        <footer>What a program saw in patches. It may be wrong: every finding shows its evidence.</footer>
        </body>
        </html>
        """;
  }
}
