// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

/** What stands around every page. */
final class Frame {
  private Frame() {}

  static String around(String title, Html body) {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s · lockkeeper</title>
        <link rel="stylesheet" href="/style.css">
        </head>
        <body>
        <header><strong>lockkeeper</strong> <a href="/">Lists</a> <a href="/findings">Findings</a> <a href="/letters">Letters</a> <a href="/chain">Fixes</a></header>
        <main>
        """.formatted(Html.escape(title)) + body + """

        </main>
        <footer>What a program saw in patches. It may be wrong: every finding shows its evidence.</footer>
        </body>
        </html>
        """;
  }
}
