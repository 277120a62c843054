/* The flow diagram in the browser: bpmn-js in place of the server's SVG, with the case's marks.
   Comfort only: when anything fails the SVG and the table below it stay. The window scrolls by itself
   (wheel, finger, keys), so the page never does sideways; dragging the canvas scrolls the window too. */
(() => {
  "use strict";
  const MIN_SCALE = 0.85, MAX_SCALE = 2, STEP = 1.25, PAD = 24;
  const loaded = new Map();

  const load = (address) => {
    if (!loaded.has(address)) {
      loaded.set(address, new Promise((done, failed) => {
        const script = address.endsWith(".js");
        const node = document.createElement(script ? "script" : "link");
        if (script) node.src = address;
        else { node.rel = "stylesheet"; node.href = address; }
        node.onload = done;
        node.onerror = failed;
        document.head.append(node);
      }));
    }
    return loaded.get(address);
  };
  const fetched = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer;
  };
  const made = (name, text = "", classes = "") => {
    const node = document.createElement(name);
    node.textContent = text;
    if (classes) node.className = classes;
    return node;
  };

  class Figure {
    constructor(root) {
      this.root = root;
      const part = (name) => root.querySelector(`[data-flow-${name}]`);
      this.window = part("window");
      this.scroller = part("scroll");
      this.plain = part("plain");
      this.stage = part("stage");
      this.step = part("step");
      this.tools = part("tools");
    }

    async open() {
      const { source, facts, viewer, styles } = this.root.dataset;
      const [xml, told] = await Promise.all([
        fetched(source).then((answer) => answer.text()),
        fetched(facts).then((answer) => answer.json()),
        load(viewer),
        ...styles.split(" ").map(load),
      ]);
      this.keepHeight();
      this.stage.hidden = false;
      this.viewer = new window.BpmnJS({ container: this.stage });
      try {
        await this.viewer.importXML(xml);
        this.canvas = this.viewer.get("canvas");
        this.registry = this.viewer.get("elementRegistry");
        this.plain.hidden = true;
      } catch (error) {
        this.viewer.destroy();
        this.stage.hidden = true;
        throw error;
      }
      this.tell(told);
      this.steer();
      this.fit();
      this.bringIntoSight(told.focus);
      this.root.dataset.ready = "";
    }

    /* The window stays as high as the drawing made it: a page that moves takes the press from under the finger. */
    keepHeight() {
      this.scroller.style.height = `${this.scroller.getBoundingClientRect().height}px`;
    }

    tell(told) {
      for (const [mark, ids] of Object.entries(told.marks)) {
        ids.filter((id) => this.registry.get(id)).forEach((id) => this.canvas.addMarker(id, mark));
      }
      const overlays = this.viewer.get("overlays");
      for (const badge of told.badges) {
        if (!this.registry.get(badge.element)) continue;
        const html = made("span", badge.text, `flow-badge ${badge.kind || ""}`);
        html.title = badge.title;
        overlays.add(badge.element, { position: { top: -12, right: 20 }, html });
      }
      this.steps = told.steps;
      for (const [id, step] of Object.entries(told.steps)) {
        const shape = this.registry.get(id) && this.registry.getGraphics(id);
        if (!shape) continue;
        shape.classList.add("flow-told");
        shape.setAttribute("tabindex", "0");
        shape.setAttribute("role", "button");
        /* Named as a step: its title alone may be the name of a form's button as well. */
        shape.setAttribute("aria-label", `${this.root.dataset.stepWord} ${step.title}`);
      }
      this.viewer.get("eventBus").on("element.click", (event) => this.choose(event.element.id));
      this.stage.addEventListener("keydown", (event) => {
        const shape = event.target.closest(".flow-told");
        if (!shape || !["Enter", " "].includes(event.key)) return;
        event.preventDefault();
        this.choose(shape.dataset.elementId);
      });
    }

    choose(id) {
      const known = id.replace(/_label$/, "");
      const step = this.steps[known];
      if (this.chosen) this.canvas.removeMarker(this.chosen, "flow-chosen");
      this.chosen = step ? known : null;
      this.step.replaceChildren();
      if (!step) return;
      this.canvas.addMarker(known, "flow-chosen");
      this.step.append(made("h3", step.title));
      for (const visit of step.visits) {
        const facts = made("dl", "", "facts");
        for (const [label, text] of visit) facts.append(made("dt", label), made("dd", text));
        this.step.append(facts);
      }
    }

    /* The viewer's own moving and zooming, told to the window that scrolls. */
    steer() {
      this.canvas.scroll = (by) => {
        if (by) this.scroller.scrollBy(-(by.dx || 0), -(by.dy || 0));
        return { x: this.scroller.scrollLeft, y: this.scroller.scrollTop };
      };
      const zoom = this.viewer.get("zoomScroll");
      zoom.toggle(false);
      zoom.stepZoom = (delta) => this.scaleBy(delta > 0 ? STEP : 1 / STEP);
      zoom.reset = () => this.fit();
      this.tools.addEventListener("click", (event) => {
        const button = event.target.closest("[data-flow-zoom]");
        if (!button) return;
        const way = button.dataset.flowZoom;
        if (way === "fit") this.fit();
        else this.scaleBy(way === "in" ? STEP : 1 / STEP);
      });
      /* The licence wants the mark of bpmn.io always in sight: it stays with the window. */
      const mark = this.stage.querySelector(".bjs-powered-by");
      if (mark) this.window.append(mark);
    }

    fit() {
      const { width } = this.canvas.viewbox().inner;
      const wanted = this.scroller.clientWidth / (width + 2 * PAD);
      this.scaleTo(Math.min(1, Math.max(MIN_SCALE, wanted)));
    }

    scaleBy(factor) {
      const before = this.scale;
      const middle = [
        this.scroller.scrollLeft + this.scroller.clientWidth / 2,
        this.scroller.scrollTop + this.scroller.clientHeight / 2,
      ];
      this.scaleTo(Math.min(MAX_SCALE, Math.max(MIN_SCALE / 2, before * factor)));
      const grown = this.scale / before;
      this.scroller.scrollTo(
        middle[0] * grown - this.scroller.clientWidth / 2,
        middle[1] * grown - this.scroller.clientHeight / 2,
      );
    }

    scaleTo(scale) {
      this.scale = scale;
      const { inner } = this.canvas.viewbox();
      const box = { x: inner.x - PAD, y: inner.y - PAD, width: inner.width + 2 * PAD, height: inner.height + 3 * PAD };
      this.stage.style.width = `${Math.ceil(box.width * scale)}px`;
      this.stage.style.height = `${Math.ceil(box.height * scale)}px`;
      this.canvas.resized();
      this.canvas.viewbox(box);
      this.origin = box;
    }

    bringIntoSight(id) {
      const shape = id && this.registry.get(id);
      if (!shape) return;
      const middle = (at, size, origin) => (at + size / 2 - origin) * this.scale;
      this.scroller.scrollTo(
        middle(shape.x, shape.width, this.origin.x) - this.scroller.clientWidth / 2,
        middle(shape.y, shape.height, this.origin.y) - this.scroller.clientHeight / 2,
      );
    }
  }

  const open = (root) => new Figure(root).open().catch((error) => {
    root.dataset.failed = String(error);
  });
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      near.unobserve(entry.target);
      open(entry.target);
    }
  }, { rootMargin: "300px" });
  document.querySelectorAll("[data-flow]").forEach((root) => near.observe(root));
})();
