import { markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'plain',
  title: 'A plain folder',
  why: 'The folder on the server looks like the repository: static pages, or an application that no other preset is about.',
  roots: [{ from: '', to: '', uploads: false }],
  exclude: ['node_modules/', '/vendor/', ...markers],
  notDeployed: [],
  revision: ['REVISION'],
  tells: [],
  examples: {
    path: '/srv/pages',
    read: { 'index.html': 'index.html', 'img/logo.png': 'img/logo.png' },
    left: ['REVISION', 'node_modules/left-pad/index.js', 'vendor/autoload.php'],
  },
})
