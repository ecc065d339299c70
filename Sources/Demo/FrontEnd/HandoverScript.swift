/// The one script of the demo: it posts the pool's tokens to the broker from the person's browser.
enum HandoverScript {
    static let text = """
        "use strict";

        const page = document.getElementById("handover");

        async function handOver() {
          const answer = await fetch(page.dataset.store, {
            method: "POST",
            credentials: "include",
            headers: { "Content-Type": "application/json" },
            body: page.dataset.body,
          });
          if (!answer.ok) throw new Error("refused");
          const text = await answer.text();
          const fresh = text ? JSON.parse(text).payload : undefined;
          location.replace(page.dataset.next + "?payload=" + encodeURIComponent(fresh ?? page.dataset.payload));
        }

        handOver().catch(() => {
          document.getElementById("working").hidden = true;
          document.getElementById("failed").hidden = false;
        });

        """
}
