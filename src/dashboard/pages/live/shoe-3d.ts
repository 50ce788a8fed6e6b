import {
  AmbientLight,
  BufferGeometry,
  Color,
  DirectionalLight,
  DoubleSide,
  ExtrudeGeometry,
  Float32BufferAttribute,
  GridHelper,
  Group,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PerspectiveCamera,
  RingGeometry,
  Scene,
  Shape,
  SphereGeometry,
  WebGLRenderer,
} from 'three';
import type { Side } from '../../api/types.ts';
import { AngleFollow } from '../../state/follow.ts';

/** A shoe that turns as the real one does. */
export interface ShoeScene {
  /** @param band the wearer's own start of roll-in [deg], drawn as a wedge behind the heel */
  pose(
    eversionDeg: number | null,
    pitchDeg: number | null,
    band: { level: number; sd: number } | null,
    nowMs: number,
  ): void;
  retheme(): void;
  dispose(): void;
}

/** Half outline of a right shoe from above, heel to toe: x forward [cm], inner and outer half width. */
const OUTLINE = [
  [-13.5, 0.4, 0.4],
  [-12.6, 2.4, 2.4],
  [-10.5, 3.2, 3.2],
  [-6, 3.1, 3.3],
  [-1, 2.7, 3.5],
  [4, 3.6, 4.1],
  [8, 4.3, 4.3],
  [11, 4.1, 3.7],
  [13.2, 3, 2.5],
  [14.6, 1.2, 0.8],
] as const;

/** Height of the upper's top line along the shoe [cm]: high at the heel collar, low at the toe box. */
const TOP = [7, 8.6, 8.8, 8.2, 7.4, 6.6, 5.2, 4.4, 3.5, 2] as const;
const SOLE_CM = 2.4;

function soleShape(side: Side): Shape {
  const mirror = side === 'left' ? -1 : 1;
  const shape = new Shape();
  OUTLINE.forEach(([x, inner], i) => (i === 0 ? shape.moveTo(x, inner * mirror) : shape.lineTo(x, inner * mirror)));
  for (const [x, , outer] of [...OUTLINE].reverse()) shape.lineTo(x, -outer * mirror);
  shape.closePath();
  return shape;
}

/** Upper: rings from the sole's edge up and inward, opened at the collar. */
function upperGeometry(side: Side): BufferGeometry {
  const mirror = side === 'left' ? -1 : 1;
  const levels = 7;
  const positions: number[] = [];
  const index: number[] = [];
  const around = OUTLINE.length * 2;
  for (let level = 0; level < levels; level++) {
    const up = level / (levels - 1);
    const ring: [number, number, number][] = [];
    OUTLINE.forEach(([x, inner, outer], i) => {
      const collar = x < 1;
      const inward = collar ? 1 - 0.42 * up ** 2 : 1 - 0.94 * up ** 3;
      const z = SOLE_CM + up * ((TOP[i] ?? 5) - SOLE_CM) * (collar ? 1 : 0.6 + 0.4 * Math.sqrt(up));
      const shrink = 1 - 0.07 * up;
      ring[i] = [x * shrink, inner * inward * mirror, z];
      ring[around - 1 - i] = [x * shrink, -outer * inward * mirror, z];
    });
    for (const [x, y, z] of ring) positions.push(x, z, -y);
  }
  for (let level = 0; level + 1 < levels; level++)
    for (let i = 0; i < around; i++) {
      const a = level * around + i;
      const b = level * around + ((i + 1) % around);
      index.push(a, b, a + around, b, b + around, a + around);
    }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute(positions, 3));
  geometry.setIndex(index);
  geometry.computeVertexNormals();
  return geometry;
}

function token(name: string): Color {
  return new Color(getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
}

/** Builds the scene into `host`. @throws where the browser has no WebGL */
export function createShoeScene(host: HTMLElement, side: Side): ShoeScene {
  const renderer = new WebGLRenderer({ antialias: true, alpha: true });
  renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
  host.append(renderer.domElement);
  const scene = new Scene();
  const camera = new PerspectiveCamera(30, 1, 1, 400);
  camera.position.set(-46, 26, side === 'left' ? -21 : 21);
  camera.lookAt(0, 3.2, 0);

  const upperPaint = new MeshLambertMaterial({ side: DoubleSide, flatShading: true });
  const solePaint = new MeshLambertMaterial();
  const podPaint = new MeshLambertMaterial();
  const wedgePaint = new MeshBasicMaterial({ transparent: true, opacity: 0.35, side: DoubleSide, depthWrite: false });
  const needlePaint = new MeshBasicMaterial({ side: DoubleSide });
  const light = new DirectionalLight(0xffffff, 2.3);
  light.position.set(-20, 40, 25);
  scene.add(light, new AmbientLight(0xffffff, 1.25));

  const shoe = new Group();
  const sole = new Mesh(
    new ExtrudeGeometry(soleShape(side), { depth: SOLE_CM, bevelEnabled: false, curveSegments: 4 }),
    solePaint,
  );
  sole.rotation.x = -Math.PI / 2;
  const pod = new Mesh(new SphereGeometry(1.25, 14, 10), podPaint);
  pod.position.set(-13, 6, 0);
  pod.scale.set(0.6, 1, 1.2);
  shoe.add(sole, new Mesh(upperGeometry(side), upperPaint), pod);
  const needle = new Mesh(new RingGeometry(3, 15, 1, 1, Math.PI / 2 - 0.02, 0.04), needlePaint);
  needle.rotation.y = -Math.PI / 2;
  needle.position.set(-14.6, 0, 0);
  shoe.add(needle);
  scene.add(shoe);

  let grid = new GridHelper(60, 10);
  const wedge = new Mesh(new RingGeometry(4, 15, 12, 1, 0, 0.01), wedgePaint);
  wedge.rotation.y = -Math.PI / 2;
  wedge.position.set(-15, 0, 0);
  wedge.visible = false;
  scene.add(wedge);

  const roll = new AngleFollow();
  const pitch = new AngleFollow();
  let bandKey = '';

  function retheme(): void {
    upperPaint.color = token(side);
    solePaint.color = token('ctl');
    podPaint.color = token('surface');
    wedgePaint.color = token('brand');
    needlePaint.color = token(side);
    scene.remove(grid);
    grid.dispose();
    grid = new GridHelper(60, 10, token('ctl'), token('line'));
    grid.position.y = -0.4;
    scene.add(grid);
    renderer.render(scene, camera);
  }

  const size = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = host;
    if (width === 0 || height === 0) return;
    renderer.setSize(width, height, true);
    camera.aspect = width / height;
    camera.fov = width / height < 1.5 ? 29 : 23;
    camera.updateProjectionMatrix();
    renderer.render(scene, camera);
  });
  size.observe(host);
  retheme();

  // Inward: the left shoe's inner edge is to the right of its heel, so inward turns it clockwise seen from behind.
  const inward = side === 'left' ? 1 : -1;
  return {
    pose(eversionDeg, pitchDeg, band, nowMs) {
      const angle = roll.step(Math.min(Math.max(eversionDeg ?? 0, -24), 24), nowMs);
      const toes = pitch.step(Math.min(Math.max(pitchDeg ?? 0, -70), 45), nowMs);
      shoe.rotation.set((inward * angle * Math.PI) / 180, 0, (toes * Math.PI) / 180, 'YZX');
      shoe.position.y = Math.max(0, -Math.sin((toes * Math.PI) / 180) * 13);
      const key = band === null ? '' : `${band.level.toFixed(1)} ${band.sd.toFixed(1)}`;
      if (key !== bandKey) {
        bandKey = key;
        wedge.visible = band !== null;
        if (band !== null) {
          wedge.geometry.dispose();
          const from = Math.PI / 2 - (inward * (band.level + band.sd) * Math.PI) / 180;
          const span = (inward * 2 * band.sd * Math.PI) / 180;
          wedge.geometry = new RingGeometry(4, 15, 12, 1, Math.min(from, from + span), Math.abs(span));
        }
      }
      renderer.render(scene, camera);
    },
    retheme,
    dispose() {
      size.disconnect();
      scene.traverse((object) => {
        if (object instanceof Mesh) (object.geometry as BufferGeometry).dispose();
      });
      renderer.dispose();
      renderer.domElement.remove();
    },
  };
}
